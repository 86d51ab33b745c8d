/**
 * The settings of mail programs at the new server: in words, as a how-to, and as files that
 * programs read (autoconfig, autodiscover, profiles of Apple). Made from the settings alone; no
 * database is asked. Used by the root, the console, and whatever tells customers something.
 */
@NullMarked
package org.mailcaravan.clients;

import org.jspecify.annotations.NullMarked;
