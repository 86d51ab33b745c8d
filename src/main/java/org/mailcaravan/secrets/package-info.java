/**
 * Encrypted credentials and their life: kept while a mailbox is being moved, purged afterwards.
 * Used where a connection is made, and by intake to put them there.
 */
@NullMarked
package org.mailcaravan.secrets;

import org.jspecify.annotations.NullMarked;
