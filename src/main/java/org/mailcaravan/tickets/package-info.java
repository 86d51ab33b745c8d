/**
 * What is told to whom. Answers to requests: filled from the database, given by mail, in a file or
 * on the API when they are due, marked when they are given. Messages about migrations: from their
 * events, by mail, to a webhook and to help desks. Templates hold the words; no password is among
 * the values that they can reach. Only the root and the routes may use it.
 */
@NullMarked
package org.mailcaravan.tickets;

import org.jspecify.annotations.NullMarked;
