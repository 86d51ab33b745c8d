/**
 * Reads requests: CSV dialects and JSON become mailboxes and row problems with line, column and
 * remedy. Masks passwords in what is archived. Used by the root and by components.
 */
@NullMarked
package org.mailcaravan.intake;

import org.jspecify.annotations.NullMarked;
