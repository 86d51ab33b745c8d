/**
 * The running passes: which mailbox has one, how it begins, fails and ends, and what is recorded
 * and told of it. The beans that the routes call around a pass. Uses sync; knows no IMAP.
 */
@NullMarked
package org.mailcaravan.passes;

import org.jspecify.annotations.NullMarked;
