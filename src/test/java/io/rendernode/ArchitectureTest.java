package io.rendernode;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Keeps the arrows between the packages as the README draws them. */
@AnalyzeClasses(packages = "io.rendernode", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ARROWS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("job")
            .definedBy("io.rendernode.job..")
            .layer("task")
            .definedBy("io.rendernode.task..")
            .layer("store")
            .definedBy("io.rendernode.store..")
            .layer("process")
            .definedBy("io.rendernode.process..")
            .layer("blender")
            .definedBy("io.rendernode.blender..")
            .layer("frame")
            .definedBy("io.rendernode.frame..")
            .layer("node")
            .definedBy("io.rendernode.node..")
            .layer("problem")
            .definedBy("io.rendernode.problem..")
            .whereLayer("node")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("store")
            .mayNotAccessAnyLayer()
            .whereLayer("process")
            .mayNotAccessAnyLayer()
            .whereLayer("blender")
            .mayNotAccessAnyLayer()
            .whereLayer("problem")
            .mayNotAccessAnyLayer()
            .whereLayer("frame")
            .mayOnlyAccessLayers("store", "problem")
            .whereLayer("task")
            .mayOnlyAccessLayers("store", "process", "blender", "frame")
            .whereLayer("job")
            .mayOnlyAccessLayers("store", "task", "process", "frame", "blender", "problem");
}
