/**
 * A mail as it came into the support mailbox: read within bounds, its sender judged, its text freed
 * from history and signature. Knows nothing of rows and columns; {@code intake} makes those of it.
 * Everything in a mail is a stranger's word: no size, nesting, name or header of it is trusted.
 */
@NullMarked
package org.mailcaravan.intake.mail;

import org.jspecify.annotations.NullMarked;
