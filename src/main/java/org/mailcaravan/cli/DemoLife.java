package org.mailcaravan.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mailcaravan.demo.Demo;
import org.mailcaravan.demo.DemoComparison;
import org.mailcaravan.demo.DemoDesk;
import org.mailcaravan.demo.DemoDns;
import org.mailcaravan.model.Progress;

/**
 * The whole life of a migration, in which nobody does anything but the customer: a mail, the copy,
 * the change of the DNS, final passes, and the end. What takes days takes seconds here.
 */
final class DemoLife {
  /** What comes by mail, in this order. */
  private static final List<String> MAILS =
      List.of(
          "The answer: what we have understood, and what comes next",
          "Everything is copied: the DNS is to be changed now",
          "We have seen that the DNS was changed",
          "All has arrived: the result, and the settings for mail programs",
          "It is closed, and its passwords are deleted");

  private static final String DOMAIN = "caravan.example";
  private static final String OLD_MX = "mx.old-provider.example";
  private static final String NEW_MX = "mx.new-provider.example";

  private final PrintWriter out;
  private final Launcher launcher;
  private final Demo demo;
  private final DemoDesk desk;
  private final Duration patience;

  DemoLife(PrintWriter out, Launcher launcher, Demo demo, DemoDesk desk, Duration patience) {
    this.out = out;
    this.launcher = launcher;
    this.demo = demo;
    this.desk = desk;
    this.patience = patience;
  }

  /** Returns whether all of it is as it should be. */
  boolean passes(Path folder, Path drop) throws IOException, InterruptedException {
    try (DemoDns dns = new DemoDns(DOMAIN, OLD_MX)) {
      Map<String, String> properties = new TreeMap<>(demo.properties(drop));
      properties.putAll(desk.properties());
      properties.putAll(quickly(dns));
      Launcher.Options options =
          new Launcher.Options(
              Launcher.Mode.SERVICE,
              DemoFolder.emptyConfig(folder),
              folder,
              properties,
              new Progress() {});
      say("%s writes a mail to Support. The rest goes on by itself.", DemoDesk.CUSTOMER);
      desk.ask();
      try (Launcher.Running running = launcher.start(options)) {
        say("The service runs. Its drop folder is %s.", running.dropFolder());
        return told(dns) && arrived();
      }
    }
  }

  /** Seconds in place of minutes and days. */
  private static Map<String, String> quickly(DemoDns dns) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("cutover.mx-hosts", NEW_MX);
    properties.put("clients.imap-server", "imap.new-provider.example");
    properties.put("clients.smtp-server", "smtp.new-provider.example");
    properties.put("cutover.resolvers", dns.address());
    properties.put("cutover.ask-authorities", "false");
    properties.put("cutover.cron", "0/1 * * * * ?");
    properties.put("cutover.look-seconds", "1");
    properties.put("cutover.final-passes", "0s, ttl, 5s");
    properties.put("cutover.quiet-passes", "1");
    properties.put("tell.poll-millis", "500");
    properties.put("tell.mail.messages", "first-pass-done, cutover, complete, closed");
    return properties;
  }

  private boolean told(DemoDns dns) throws IOException, InterruptedException {
    for (int number = 1; number <= MAILS.size(); number++) {
      Optional<String> mail = desk.mail(number, patience);
      say("");
      if (mail.isEmpty()) {
        say("WRONG: no mail came: %s", MAILS.get(number - 1));
        return false;
      }
      say("Mail %d to %s. %s:", number, DemoDesk.CUSTOMER, MAILS.get(number - 1));
      mail.get().strip().lines().forEach(line -> say("  | %s", line));
      if (demo.hasPassword(mail.get())) {
        say("WRONG: there is a password in the mail");
        return false;
      }
      if (number == 2) {
        demo.deliver(DemoDesk.MAILBOX);
        dns.pointTo(NEW_MX);
        say("");
        say("One more mail comes to the old provider. Then the customer changes the MX record:");
        say("  %s. MX %s in place of %s", DOMAIN, NEW_MX, OLD_MX);
      }
    }
    return true;
  }

  private boolean arrived() {
    DemoComparison comparison = demo.compare(List.of(DemoDesk.MAILBOX));
    say("");
    if (!comparison.same()) {
      comparison.differences().forEach(difference -> say("WRONG: %s", difference));
      return false;
    }
    say(
        "Both servers compared from the inside: all %d messages arrived, each once, the one that came"
            + " before the change too.",
        comparison.arrived());
    return true;
  }

  private void say(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
