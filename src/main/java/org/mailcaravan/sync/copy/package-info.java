/**
 * Looks at a source folder, pulls what is new in batches, and appends it: memory, spool, sizes,
 * messages that fail, and what the destination did with them. Confirms appends whose answer was
 * lost.
 */
@NullMarked
package org.mailcaravan.sync.copy;

import org.jspecify.annotations.NullMarked;
