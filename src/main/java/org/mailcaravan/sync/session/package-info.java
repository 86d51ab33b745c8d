/**
 * The connections of one pass, opened when they are needed and again after they were lost, and what
 * the pass counts and notes. Knows waits, suspects and the manners of servers; knows nothing of
 * folders or messages beyond their names and UIDs. Used by all rooms of sync.
 */
@NullMarked
package org.mailcaravan.sync.session;

import org.jspecify.annotations.NullMarked;
