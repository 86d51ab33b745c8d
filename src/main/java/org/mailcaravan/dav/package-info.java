/**
 * Contacts and calendars: splits vCard and iCalendar files into resources and stores them on
 * CardDAV and CalDAV servers.
 */
@NullMarked
package org.mailcaravan.dav;

import org.jspecify.annotations.NullMarked;
