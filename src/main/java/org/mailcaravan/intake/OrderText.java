package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import org.mailcaravan.model.Secret;
import org.mailcaravan.store.AnswerThreads;

/**
 * Reads orders from what a sender wrote above our answer: "Cancel" as the first line, "Start:" with
 * a time, "Password:" with or without the address of the mailbox before it. For one text.
 */
final class OrderText {
  private final MailLabels labels;
  private final List<Order.NewPassword> passwords = new ArrayList<>();
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
    text.cancels =
        lines.stream()
            .filter(line -> !line.isEmpty())
            .findFirst()
            .filter(labels::isCancel)
            .isPresent();
    for (int i = 0; i < lines.size(); i++) {
      String next = i + 1 < lines.size() ? lines.get(i + 1) : "";
      text.line(lines.get(i), next);
    }
    return new Order(about, text.cancels, text.start, text.isRequest ? List.of() : text.passwords);
  }

  private void line(String line, String next) {
    int end = line.indexOf(':');
    if (end < 0 || line.length() > CsvRows.LONGEST_LINE) {
      return;
    }
    String label = line.substring(0, end);
    String value = Texts.trimmed(line.substring(end + 1));
    if (value.isEmpty() && next.indexOf(':') < 0) {
      value = next;
    }
    if (value.isEmpty()) {
      return;
    }
    if (labels.isStart(label)) {
      start = value;
      return;
    }
    Optional<Column> column = labels.column(label);
    if (column.isPresent()) {
      field(column.get(), value);
    }
  }

  private void field(Column column, String value) {
    switch (column) {
      case SOURCE_EMAIL -> {
        Matcher found = MailBody.ADDRESS.matcher(value);
        address = found.find() ? found.group() : value;
      }
      case SOURCE_PASSWORD -> passwords.add(new Order.NewPassword(address, true, Secret.of(value)));
      case DESTINATION_PASSWORD ->
          passwords.add(new Order.NewPassword(address, false, Secret.of(value)));
      default -> isRequest = true;
    }
  }
}
