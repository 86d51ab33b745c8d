/**
 * The folder {@code ext}: jars that route editors add to those of the program. What in it clashes,
 * and how a component of Camel gets there with all that it needs. Used by the root, the routes and
 * the command {@code ext}.
 */
@NullMarked
package org.mailcaravan.ext;

import org.jspecify.annotations.NullMarked;
