package org.mailcaravan.cutover;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.settings.MxHost;
import org.mailcaravan.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The DNS records that a customer has to publish for a domain. Thread-safe. */
public final class RecordsToPublish {
  private static final Logger LOG = LoggerFactory.getLogger(RecordsToPublish.class);

  private final DomainDns dns;
  private final Settings settings;

  public RecordsToPublish(DomainDns dns, Settings settings) {
    this.dns = dns;
    this.settings = settings;
  }

  /**
   * Lines of a zone file: what is missing in the DNS, or the MX records of the settings where the
   * servers of the domain cannot be asked. Empty where all is there already, and where our MX hosts
   * are not configured: nobody gets mail by the other records alone. It takes as long as a look at
   * a whole domain.
   *
   * @param domain in ASCII, lower case, without a dot at the end
   */
  public List<String> of(String domain) {
    if (new OurRecords(settings, domain).mx().isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    try {
      for (ChecklistRow row : dns.checklist(domain).rows()) {
        boolean isUnknown = row.status() == Status.UNKNOWN && row.configured();
        lines.addAll(isUnknown && row.type().equals("MX") ? mx(domain) : row.publish());
      }
      return lines.stream().distinct().toList();
    } catch (RuntimeException e) {
      LOG.warn("the DNS of {} cannot be looked at", domain, e);
      return mx(domain);
    }
  }

  private List<String> mx(String domain) {
    return new OurRecords(settings, domain)
        .mx().stream()
            .filter(MxHost::isHost)
            .map(host -> ZoneLine.mx(domain, host.priority(), host.name()))
            .toList();
  }
}
