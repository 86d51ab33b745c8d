/**
 * Real servers for tests (Dovecot, Cyrus, Courier, Radicale), each private to its test: own
 * configuration, own temporary folder, own loopback ports. Servers of our own that say what a test
 * tells them to: {@link ImapHost} in memory, which misbehaves on demand. And mail to fill them
 * with, and an independent reader to compare what arrived. Nothing here uses the program's own IMAP
 * client.
 */
@NullMarked
package org.mailcaravan.server;

import org.jspecify.annotations.NullMarked;
