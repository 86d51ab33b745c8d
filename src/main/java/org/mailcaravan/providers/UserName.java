package org.mailcaravan.providers;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a login name is made of an address.
 *
 * @param form the name, in which the placeholders of autoconfig files stand for the address, its
 *     local part and its domain
 */
public record UserName(String form) {
  private static final Pattern REST = Pattern.compile("[\\w.@+=/\\\\-]{0,100}");
  private static final String ADDRESS_MARK = "%EMAILADDRESS%";
  private static final String LOCAL_PART_MARK = "%EMAILLOCALPART%";
  private static final String DOMAIN_MARK = "%EMAILDOMAIN%";

  /** The whole address. */
  public static final UserName ADDRESS = new UserName(ADDRESS_MARK);

  /** What stands before the @. */
  public static final UserName LOCAL_PART = new UserName(LOCAL_PART_MARK);

  public UserName {
    String rest =
        form.replace(ADDRESS_MARK, "").replace(LOCAL_PART_MARK, "").replace(DOMAIN_MARK, "");
    boolean ofAddress = form.contains(ADDRESS_MARK) || form.contains(LOCAL_PART_MARK);
    if (!ofAddress || form.length() > 200 || !REST.matcher(rest).matches()) {
      throw new IllegalArgumentException("a login name that is not made of an address");
    }
  }

  /** A form that a stranger gives; empty when it is unknown, or the same for every address. */
  static Optional<UserName> read(String form) {
    try {
      return Optional.of(new UserName(form));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The login name of an address. */
  public String of(String address) {
    int at = address.lastIndexOf('@');
    return form.replace(ADDRESS_MARK, address)
        .replace(LOCAL_PART_MARK, address.substring(0, Math.max(0, at)))
        .replace(DOMAIN_MARK, address.substring(at + 1));
  }

  /** In words that follow "the login name is". */
  public String words() {
    return equals(ADDRESS)
        ? "the whole address"
        : equals(LOCAL_PART) ? "the part of the address before the @" : form;
  }
}
