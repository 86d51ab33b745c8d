/**
 * What the people who run a migration decide about its mail: what is left out on purpose, and which
 * folder goes where. The rules as values, and how they are written. Everyone may use them; nothing
 * here asks a server.
 */
@NullMarked
package org.mailcaravan.model.rules;

import org.jspecify.annotations.NullMarked;
