package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.mailcaravan.model.Secret;
import org.mailcaravan.store.AnswerThreads;

/**
 * Reads orders from what a sender wrote above our answer: "Cancel" as the first line, "Start:" with
 * a time, "Password:" with or without the address of the mailbox before it. For one text.
 */
final class OrderText {
  /** A line that begins so repeats what our answer says of orders. */
  static final String QUOTES = "\"'\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u201a>|";

  private static final Pattern QUESTION = Pattern.compile("[?？]");

  private final MailLabels labels;
  private final List<Order.NewPassword> passwords = new ArrayList<>();
  private boolean addressesFollow;
  private int without;
  private boolean cancels;
  private boolean isRequest;
  private String start = "";
  private String address = "";

  private OrderText(MailLabels labels) {
    this.labels = labels;
  }

  /**
   * What a text asks for; the passwords in it are left out where it names servers too, since it is
   * a request then.
   *
   * @param own what the sender wrote, without the mails below it
   */
  static Order read(String own, MailLabels labels, AnswerThreads.Known about) {
    OrderText text = new OrderText(labels);
    List<String> lines = own.lines().limit(RequestText.MOST_ROWS).map(Texts::trimmed).toList();
    // Whoever asks whether he can still cancel does not cancel yet.
    text.cancels =
        lines.stream()
                .filter(line -> !line.isEmpty())
                .findFirst()
                .filter(labels::isCancel)
                .isPresent()
            && lines.stream().noneMatch(line -> QUESTION.matcher(line).find());
    MailFields fields = new MailFields(lines, labels);
    for (int i = 0; i < lines.size(); i++) {
      text.line(i, lines, fields);
    }
    if (text.addressesFollow) {
      // One behind the last address may be anybody's.
      text.assign("");
    }
    return new Order(
        about,
        text.cancels,
        text.start,
        text.isRequest ? List.of() : text.passwords,
        text.isRequest);
  }

  private void line(int at, List<String> lines, MailFields fields) {
    String line = lines.get(at);
    if (line.length() > CsvRows.LONGEST_LINE
        || QUOTES.indexOf(line.isEmpty() ? ' ' : line.charAt(0)) >= 0) {
      return;
    }
    int end = line.indexOf(':');
    if (end >= 0 && labels.isStart(line.substring(0, end))) {
      String value = Texts.trimmed(line.substring(end + 1));
      start = !value.isEmpty() ? value : at + 1 < lines.size() ? lines.get(at + 1) : "";
      return;
    }
    fields
        .at(at)
        .filter(field -> !field.texts().isEmpty())
        .filter(field -> !field.column().isPassword() || field.texts().size() == 1)
        .ifPresent(field -> field(field.column(), String.join(" ", field.texts())));
  }

  private void field(Column column, String value) {
    switch (column) {
      case SOURCE_EMAIL -> address(value);
      case SOURCE_PASSWORD -> passwords.add(new Order.NewPassword(address, true, Secret.of(value)));
      case DESTINATION_PASSWORD ->
          passwords.add(new Order.NewPassword(address, false, Secret.of(value)));
      default -> isRequest = true;
    }
  }

  /** An address stands before its passwords, or behind them where the first one does. */
  private void address(String value) {
    addressesFollow |= address.isEmpty() && !passwords.isEmpty();
    address = value;
    if (addressesFollow) {
      assign(value);
    }
  }

  /** Gives the passwords that no address has yet to one. */
  private void assign(String value) {
    for (int i = without; i < passwords.size(); i++) {
      Order.NewPassword each = passwords.get(i);
      passwords.set(i, new Order.NewPassword(value, each.atSource(), each.password()));
    }
    without = passwords.size();
  }
}
