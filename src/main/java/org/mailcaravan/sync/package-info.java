/**
 * Copying a mailbox: the steps of a pass, as the component {@code mailbox} calls them. Each step is
 * in one of the rooms below, which know those before them: diagnosis, session, messages, folders,
 * copy, then follow and verify, which do not know each other. Knows IMAP and the store, not Camel.
 */
@NullMarked
package org.mailcaravan.sync;

import org.jspecify.annotations.NullMarked;
