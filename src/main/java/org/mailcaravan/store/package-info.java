/**
 * The database: migrations, mailboxes, their states and events, and the ledger of what was copied.
 * The same SQL runs on H2 and PostgreSQL. Used by sync, intake, report and the root.
 */
@NullMarked
package org.mailcaravan.store;

import org.jspecify.annotations.NullMarked;
