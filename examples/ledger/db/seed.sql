-- What a reviewer finds in a new review environment.
INSERT INTO accounts (name, external, balance_cents) VALUES
    ('Bank', true, -150000),
    ('Ann', false, 110000),
    ('Bob', false, 40000);

INSERT INTO transfers (reference, from_account, to_account, cents)
SELECT reference, from_account.id, to_account.id, cents
  FROM (VALUES ('salary-ann', 'Bank', 'Ann', 150000), ('rent-may', 'Ann', 'Bob', 40000))
       AS wanted (reference, payer, payee, cents)
  JOIN accounts AS from_account ON from_account.name = payer
  JOIN accounts AS to_account ON to_account.name = payee;
