package org.mailcaravan;

import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.cutover.Checklist;
import org.mailcaravan.cutover.DomainDns;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;
import org.mailcaravan.report.ChecklistJson;
import org.mailcaravan.report.ChecklistText;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;

/** Tells what the DNS of domains says, and what it should say. */
final class DomainChecklists {
  private DomainChecklists() {}

  static Launcher.Checklists of(Settings settings, List<String> names, int width) {
    List<String> domains = names.stream().map(DomainChecklists::domain).distinct().toList();
    List<Checklist> checklists;
    try (DomainDns dns =
        new DomainDns(
            settings,
            SourceSide.rules(settings, settings.get(Keys.CONNECT_TIMEOUT)),
            Clock.systemUTC())) {
      checklists = domains.stream().map(dns::checklist).toList();
    }
    return new Launcher.Checklists(
        checklists.stream().anyMatch(Checklist::needsAttention),
        checklists.stream()
            .map(each -> ChecklistText.of(each, width))
            .collect(Collectors.joining("\n")),
        ChecklistJson.of(checklists));
  }

  private static String domain(String name) {
    try {
      String domain = HostNames.normal(name);
      if (domain.indexOf('.') > 0 && !domain.matches("[0-9.]+")) {
        return domain;
      }
    } catch (IllegalArgumentException e) {
      // As for a name without a dot.
    }
    throw new RequestRejected(
        new Problem(
            Where.words("\"" + VisibleText.of(name) + "\""),
            "this is no domain",
            Owner.US,
            "Write what stands behind the @ of an address, such as example.org."));
  }
}
