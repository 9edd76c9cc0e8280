package io.rendernode;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks tests in which real time passes: processes start and end, leases run out, nodes come and go. They are the ones
 * that a busy machine may disturb, and what {@code deploy/test.sh -Dgroups=time} runs.
 */
@Tag("time")
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface TimeDependent {}
