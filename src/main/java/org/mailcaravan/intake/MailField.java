package org.mailcaravan.intake;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A label in the text of a mail, with the values behind or below it. Several values are those of
 * several mailboxes, in the order of their addresses.
 *
 * @param line of the label, counted from 1
 * @param values as they count, without empty ones at the end; none where only the label stands
 *     there
 * @param others what the value says of other columns, such as the port behind the name of a server
 * @param isRefused whether words stand there that are no value, such as "will follow by phone"
 * @param next the index of the line behind it
 */
record MailField(
    int line,
    MailLabels.Label label,
    List<String> values,
    Map<Column, String> others,
    boolean isRefused,
    int next) {
  MailField {
    values = List.copyOf(values);
    others = Map.copyOf(others);
  }

  Column column() {
    return label.column();
  }

  /** The different values, without empty ones. */
  List<String> texts() {
    return values.stream().filter(value -> !value.isEmpty()).distinct().toList();
  }

  /** The only value; empty where there is none, or several. */
  String text() {
    return texts().size() == 1 ? texts().get(0) : "";
  }

  /** The same of the new mailbox; empty for what only the old one has. */
  Optional<MailField> ofGoal() {
    return MailLabels.goal(column())
        .map(
            goal ->
                new MailField(
                    line,
                    new MailLabels.Label(goal, false, false, false, 0),
                    values,
                    Map.of(),
                    isRefused,
                    next));
  }

  @Override
  public String toString() {
    return column().word();
  }
}
