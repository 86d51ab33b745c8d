/**
 * Every property of application.properties: its name, default and check, in one place. An unknown
 * or malformed property stops the start, with its line. Used by the root, which passes the values
 * on.
 */
@NullMarked
package org.mailcaravan.settings;

import org.jspecify.annotations.NullMarked;
