/**
 * Compares both sides, accounts for every message, and removes what was stored twice because a
 * server broke off. Writes the account of each folder that the certificate shows.
 */
@NullMarked
package org.mailcaravan.sync.verify;

import org.jspecify.annotations.NullMarked;
