/**
 * What a folder shows of its messages, and which messages are the same: tables of UIDs, digests of
 * headers and contents, listings in pieces and halves, known transformations. Used by copy, follow
 * and verify.
 */
@NullMarked
package org.mailcaravan.sync.messages;

import org.jspecify.annotations.NullMarked;
