package org.mailcaravan.clients;

import java.net.IDN;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.settings.ClientServer;
import org.mailcaravan.settings.Keys;

/**
 * What the mail programs of one domain need.
 *
 * @param domain in lower case, international names in ASCII
 * @param name how the service is called
 * @param imap for reading mail
 * @param pop3 the same by POP3; null where it is not told
 * @param smtp for sending mail
 * @param isLocalPart whether the user name is what stands before the {@code @}, not the whole
 *     address
 * @param carddav the URL of contacts, in which {@link Keys#EMAIL_MARK} stands for the address; null
 *     where it is not told
 * @param caldav the same of calendars
 * @param webmail a URL; null where it is not told
 */
record ClientSettings(
    String domain,
    String name,
    ClientServer imap,
    @Nullable ClientServer pop3,
    ClientServer smtp,
    boolean isLocalPart,
    @Nullable String carddav,
    @Nullable String caldav,
    @Nullable String webmail) {

  /** The domain as people write it. */
  String shownDomain() {
    return IDN.toUnicode(domain);
  }

  /** The user name of an address. */
  String userName(String address) {
    return isLocalPart ? address.substring(0, address.lastIndexOf('@')) : address;
  }
}
