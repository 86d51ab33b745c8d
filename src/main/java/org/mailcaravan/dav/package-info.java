/**
 * Contacts and calendars: splits vCard and iCalendar files and puts the parts on CardDAV and CalDAV
 * servers. Used by component/dav.
 */
@NullMarked
package org.mailcaravan.dav;

import org.jspecify.annotations.NullMarked;
