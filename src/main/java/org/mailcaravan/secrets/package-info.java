/**
 * Stores the credentials of mailboxes while they are needed: the service sealed in the database,
 * other commands in memory. Deleted credentials can no longer be opened. Intake stores them; code
 * that makes connections reads them.
 */
@NullMarked
package org.mailcaravan.secrets;

import org.jspecify.annotations.NullMarked;
