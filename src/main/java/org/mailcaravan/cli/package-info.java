/**
 * The commands, their options and what they print. They start the program through {@link Launcher},
 * which the root implements.
 */
@NullMarked
package org.mailcaravan.cli;

import org.jspecify.annotations.NullMarked;
