// Runs in the browser, after Swagger UI's own script.
self.SwaggerUIBundle({
  url: "/api-docs/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  // By default Swagger UI sends the document to a validator on the internet.
  validatorUrl: null,
});
