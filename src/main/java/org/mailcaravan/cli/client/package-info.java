/**
 * The commands' side of the API: finds the service of a data folder or at an address, asks it, and
 * turns its errors into problems. It knows no command and prints nothing.
 */
@NullMarked
package org.mailcaravan.cli.client;

import org.jspecify.annotations.NullMarked;
