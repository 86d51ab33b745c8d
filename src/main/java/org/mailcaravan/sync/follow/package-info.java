/**
 * What has happened at the source since the last pass: moves, renames, deletions, flags; and what
 * the destination held before the first. Never undoes what the user did at the new server.
 */
@NullMarked
package org.mailcaravan.sync.follow;

import org.jspecify.annotations.NullMarked;
