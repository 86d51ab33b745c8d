package org.mailcaravan.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What customers, help desks and programs are told of a migration. Each comes from an event of the
 * migration, by its state.
 */
public enum MigrationMessage {
  /** Its request was taken. */
  ACCEPTED("OPENED"),
  /** The customer has something to do, such as to send a password. */
  NEEDS_CUSTOMER("NEEDS_CUSTOMER"),
  /** Its first pass has begun. */
  STARTED("COPYING"),
  /** It will be done later than was told. */
  SLIPPED("SLIPPED"),
  /** Nothing goes on until a person of ours does something. */
  NEEDS_ATTENTION("NEEDS_ATTENTION"),
  /** The first passes of all mailboxes are done: the DNS can be changed. */
  FIRST_PASS_DONE("WAITING_FOR_CUTOVER"),
  /** All mail of a domain comes to us. */
  CUTOVER("CUTOVER"),
  /** Mail of a domain goes to the old provider again. */
  LAPSED("LAPSED"),
  /** Everything has arrived, and the old server is quiet. */
  COMPLETE("COMPLETE"),
  /** It is over, and its passwords are deleted. */
  CLOSED("CLOSED"),
  /** A person has cancelled it. */
  CANCELLED("CANCELLED");

  private final String state;
  private final String id = id(name());

  MigrationMessage(String state) {
    this.state = state;
  }

  /** As settings and JSON name it: {@code first-pass-done}. */
  public String id() {
    return id;
  }

  /** The {@link #id} of what is stored by its name; also of what is done and not told. */
  public static String id(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The state of the events that it comes from. */
  public String state() {
    return state;
  }

  /** Whether a receiver is told it once of a migration, however often it happens. */
  public boolean isOnce() {
    return this == STARTED || this == FIRST_PASS_DONE;
  }

  /** Whether it is for the people of the hosting provider alone, and not for the customer. */
  public boolean isInternal() {
    return this == NEEDS_ATTENTION;
  }

  /** By {@link #id}. */
  public static Optional<MigrationMessage> of(String id) {
    return Arrays.stream(values()).filter(message -> message.id.equals(id)).findFirst();
  }

  /** The one that an event in a state is told by. */
  public static Optional<MigrationMessage> byState(String state) {
    return Arrays.stream(values()).filter(message -> message.state.equals(state)).findFirst();
  }

  /** All ids, as a list in the settings names them. */
  public static String all() {
    return Arrays.stream(values()).map(MigrationMessage::id).collect(Collectors.joining(", "));
  }

  /** All states. */
  public static List<String> states() {
    return Arrays.stream(values()).map(MigrationMessage::state).toList();
  }
}
