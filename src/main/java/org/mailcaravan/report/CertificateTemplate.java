package org.mailcaravan.report;

import java.nio.file.Path;
import java.util.Map;
import org.mailcaravan.model.RequestRejected;

/** The page of certificates, as the operator wants it. Thread-safe. */
public final class CertificateTemplate {
  private final TextTemplate template;

  private CertificateTemplate(TextTemplate template) {
    this.template = template;
  }

  /**
   * Reads a template, and tests it with an example.
   *
   * @throws RequestRejected when the file cannot be read or has an error
   */
  public static CertificateTemplate read(Path file) {
    return new CertificateTemplate(
        TextTemplate.read(
            file,
            TextTemplate.Kind.HTML,
            "certificates",
            "docs/certificate.md",
            CertificateExample.page()));
  }

  String fill(Map<String, Object> page) {
    return template.fill(page);
  }
}
