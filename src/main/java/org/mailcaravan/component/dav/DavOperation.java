package org.mailcaravan.component.dav;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mailcaravan.dav.Groupware;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.Mailbox;

/**
 * The operations of {@code dav:} endpoints. The names are those in the URI, because Camel's catalog
 * lists the constants as written here.
 */
public enum DavOperation {
  /** Imports the mailbox's contacts. */
  contacts(Groupware.CONTACTS),
  /** Imports the mailbox's events. */
  calendars(Groupware.CALENDARS);

  private final Groupware kind;

  DavOperation(Groupware kind) {
    this.kind = kind;
  }

  static DavOperation of(String name) {
    for (DavOperation operation : values()) {
      if (operation.name().equals(name)) {
        return operation;
      }
    }
    throw new IllegalArgumentException(
        "there is no operation \"%s\"; there are %s"
            .formatted(
                name, Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))));
  }

  Groupware kind() {
    return kind;
  }

  /** The source of what this operation imports, or empty when the mailbox has none. */
  Optional<GroupwareSource> source(Mailbox mailbox) {
    return Optional.ofNullable(
        switch (this) {
          case contacts -> mailbox.contacts();
          case calendars -> mailbox.calendar();
        });
  }

  /** The display name of the collection to import into, or empty for the default one. */
  String collection(Mailbox mailbox) {
    return switch (this) {
      case contacts -> mailbox.options().contactsCollection();
      case calendars -> mailbox.options().calendarCollection();
    };
  }
}
