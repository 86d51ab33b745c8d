/**
 * What the demo command needs: two mail servers, generated mail, a request with two bad rows, and a
 * support mailbox with a mail.
 */
@NullMarked
package org.mailcaravan.demo;

import org.jspecify.annotations.NullMarked;
