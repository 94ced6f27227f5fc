import { createShop } from './server.js';

const { API_URL, PORT = '3000' } = process.env;
if (!API_URL) {
  console.error('API_URL is not set; expected http://host:port of the API');
  process.exit(1);
}
const server = createShop(API_URL);
server.listen(Number(PORT), () => console.log(`The shop listens on port ${PORT}`));

// As process 1, Node gets no default for SIGTERM. What is being answered is answered.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
