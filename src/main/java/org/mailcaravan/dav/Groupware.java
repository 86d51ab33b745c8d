package org.mailcaravan.dav;

/** The two kinds of data that are imported beside the mail. */
public enum Groupware {
  /** vCards on a CardDAV server (RFC 6352). */
  CONTACTS("card", "address book", "text/vcard; charset=utf-8", ".vcf"),
  /** Events, tasks and journal entries on a CalDAV server (RFC 4791). */
  CALENDARS("event", "calendar", "text/calendar; charset=utf-8", ".ics");

  private final String resource;
  private final String collection;
  private final String mediaType;
  private final String extension;

  Groupware(String resource, String collection, String mediaType, String extension) {
    this.resource = resource;
    this.collection = collection;
    this.mediaType = mediaType;
    this.extension = extension;
  }

  /** The word for one resource in messages: "card", "event". */
  String resource() {
    return resource;
  }

  /** The word for a collection in messages: "address book", "calendar". */
  String collection() {
    return collection;
  }

  String mediaType() {
    return mediaType;
  }

  /** The last part of its well-known URI (RFC 6764, section 5). */
  String wellKnown() {
    return this == CONTACTS ? "carddav" : "caldav";
  }

  /** The name of the protocol: "CardDAV", "CalDAV". */
  String protocol() {
    return this == CONTACTS ? "CardDAV" : "CalDAV";
  }

  /** The property of a principal that names the homes of its collections. */
  String homeSet() {
    return this == CONTACTS ? "addressbook-home-set" : "calendar-home-set";
  }

  /** The element in the resourcetype of a collection of this kind, as "{namespace}name". */
  String resourceType() {
    return this == CONTACTS
        ? "{" + DavXml.CARDDAV + "}addressbook"
        : "{" + DavXml.CALDAV + "}calendar";
  }

  /** {@link #collection} with its article: "an address book", "a calendar". */
  String aCollection() {
    return (this == CONTACTS ? "an " : "a ") + collection;
  }

  /** The property of the configuration that holds the URL of the server. */
  String setting() {
    return this == CONTACTS ? "destination.carddav-url" : "destination.caldav-url";
  }

  /** How names of files and resources end: ".vcf", ".ics". */
  String extension() {
    return extension;
  }
}
