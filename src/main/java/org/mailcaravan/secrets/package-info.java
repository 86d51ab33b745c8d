/**
 * Credentials and their life: kept while a mailbox is being moved, by the service sealed in the
 * database, by everything else in memory; deleted afterwards so that nothing opens them any more.
 * Used where a connection is made, and by intake to put them there.
 */
@NullMarked
package org.mailcaravan.secrets;

import org.jspecify.annotations.NullMarked;
