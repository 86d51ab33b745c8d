package org.mailcaravan.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks a class of tests that takes more than some twelve seconds: it kills programs, fills large
 * mailboxes, or tries many moments and many servers. {@code ./mvnw verify} leaves it out, {@code
 * ./mvnw verify -Pall} and the build server run it, and so does {@code -Dtest} with its name.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("lengthy")
public @interface Lengthy {}
