package org.mailcaravan.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the test when the named programs are installed and otherwise skips it with the reason.
 *
 * <p>Where the environment variable {@value InstalledCondition#REQUIRE} is {@code true}, as in
 * {@code .ci/run}, a missing program fails the test instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(InstalledCondition.class)
public @interface EnabledIfInstalled {
  /** The programs' names, such as {@code dovecot}. */
  String[] value();
}
