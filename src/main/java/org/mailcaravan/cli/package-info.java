/**
 * The commands, their options and what they print. Starts the program through {@link Launcher},
 * which the root implements, so that no cycle arises.
 */
@NullMarked
package org.mailcaravan.cli;

import org.jspecify.annotations.NullMarked;
