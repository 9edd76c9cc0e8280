package io.rendernode;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;

/** Keeps the floors of the house as the README draws them. */
@AnalyzeClasses(packages = "io.rendernode", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("node", 9),
            Map.entry("job", 8),
            Map.entry("queue", 7),
            Map.entry("picture", 7),
            Map.entry("attempt", 6),
            Map.entry("log", 5),
            Map.entry("scene", 4),
            Map.entry("frame", 3),
            Map.entry("task", 3),
            Map.entry("access", 2),
            Map.entry("blender", 2),
            Map.entry("process", 2),
            Map.entry("image", 2),
            Map.entry("store", 1),
            Map.entry("problem", 1));

    @ArchTest
    static final ArchRule ARROWS_RUN_DOWN = classes().should(new ArchCondition<>("depend on lower floors alone") {
        @Override
        public void check(JavaClass from, ConditionEvents events) {
            from.getDirectDependenciesFromSelf().stream()
                    .filter(arrow -> isOurs(arrow.getTargetClass()))
                    .filter(arrow -> !roomOf(arrow.getTargetClass()).equals(roomOf(from)))
                    .filter(arrow -> floorOf(arrow.getTargetClass()) >= floorOf(from))
                    .forEach(arrow -> events.add(SimpleConditionEvent.violated(from, arrow.getDescription())));
        }
    });

    @ArchTest
    static final ArchRule FEW_COLLABORATORS = classes()
            .that(DescribedPredicate.not(DescribedPredicate.describe("records", JavaClass::isRecord)))
            .should(new ArchCondition<>("have constructors of at most seven parameters") {
                @Override
                public void check(JavaClass owner, ConditionEvents events) {
                    owner.getConstructors().stream()
                            .filter(constructor ->
                                    constructor.getRawParameterTypes().size() > 7)
                            .forEach(constructor ->
                                    events.add(SimpleConditionEvent.violated(owner, constructor.getDescription())));
                }
            });

    @ArchTest
    static final ArchRule NUMBERS_ARE_WRITTEN_ALIKE_IN_EACH_COUNTRY = noClasses()
            .should()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callMethod(String.class, "formatted", Object[].class)
            .because("Locale.ROOT has the digits that programs read");

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith("io.rendernode.");
    }

    private static String roomOf(JavaClass type) {
        return type.getPackageName().substring("io.rendernode.".length());
    }

    private static int floorOf(JavaClass type) {
        return FLOORS.get(roomOf(type));
    }
}
