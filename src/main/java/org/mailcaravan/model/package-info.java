/**
 * The shared types: request, migration, mailbox, result, problem. Records and sealed types that
 * check themselves. It imports no other package of ours, and every package may use it.
 */
@NullMarked
package org.mailcaravan.model;

import org.jspecify.annotations.NullMarked;
