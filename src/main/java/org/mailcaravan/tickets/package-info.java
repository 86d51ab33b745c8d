/**
 * What is told to whom. Answers to requests that came by mail: filled from the database, sent when
 * they are due, marked when they are sent. Templates hold the words; no password is among the
 * values that they can reach. Only the root and the routes may use it.
 */
@NullMarked
package org.mailcaravan.tickets;

import org.jspecify.annotations.NullMarked;
