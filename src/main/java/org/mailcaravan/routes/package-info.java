/**
 * The route files: Camel with them, and what is wrong in them, told with file, line and the nearest
 * known name before anything starts. Used by the root.
 */
@NullMarked
package org.mailcaravan.routes;

import org.jspecify.annotations.NullMarked;
