/**
 * Copies a mailbox: folder mapping, plan, batches, set-aside messages, resumption by the ledger.
 * Knows IMAP and the store, not Camel. Used by component/mailbox.
 */
@NullMarked
package org.mailcaravan.sync;

import org.jspecify.annotations.NullMarked;
