/**
 * The IMAP client (RFC 9051 and RFC 3501): connects, logs in, lists, fetches as a stream, appends,
 * and reads and makes changes. Lenient in what it reads, strict in what it sends. Knows nothing of
 * migrations. Used by sync and dav.
 */
@NullMarked
package org.mailcaravan.imap;

import org.jspecify.annotations.NullMarked;
