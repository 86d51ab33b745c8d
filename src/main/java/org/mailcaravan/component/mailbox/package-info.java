/**
 * The Camel component {@code mailbox:}, a thin adapter over sync: each endpoint is one operation on
 * the mailbox in the body.
 */
@NullMarked
package org.mailcaravan.component.mailbox;

import org.jspecify.annotations.NullMarked;
