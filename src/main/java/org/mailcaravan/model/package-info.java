/**
 * The words everybody shares: request, migration, mailbox, outcome, problem. Records and sealed
 * types that check themselves. Imports nothing of ours and may be used by every package.
 */
@NullMarked
package org.mailcaravan.model;

import org.jspecify.annotations.NullMarked;
