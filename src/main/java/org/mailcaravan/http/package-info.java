/**
 * Single HTTP requests to servers of strangers and our own, under the rules for connections to mail
 * servers. Used by all that speaks HTTP as a client; it knows nothing of mailboxes.
 */
@NullMarked
package org.mailcaravan.http;

import org.jspecify.annotations.NullMarked;
