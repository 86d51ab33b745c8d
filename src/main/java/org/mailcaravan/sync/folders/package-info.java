/**
 * Which folders there are, what is left out, where each goes, and making them at the destination.
 * Nothing here reads or writes mail.
 */
@NullMarked
package org.mailcaravan.sync.folders;

import org.jspecify.annotations.NullMarked;
