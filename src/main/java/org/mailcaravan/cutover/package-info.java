/**
 * What the DNS of a domain says, what it should say, and whether its mail comes to us. Every server
 * of the zone is asked, and some resolvers; all that they answer has bounds. No Camel; only the
 * watch knows the database. Used by the root and by reports.
 */
@NullMarked
package org.mailcaravan.cutover;

import org.jspecify.annotations.NullMarked;
