import { describe, expect, it } from 'vitest';
import { initConfig, initText } from '../../../support/unit/repository.ts';

/** Small applications, as teams write them. */
const DJANGO = {
  Dockerfile:
    'FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nEXPOSE 8000\nCMD ["gunicorn", "site.wsgi", "--bind", "0.0.0.0:8000"]\n',
  'requirements.txt': 'Django==5.2\npsycopg[binary]==3.2\ncelery==5.4\nredis==5.0\n',
  'manage.py': '#!/usr/bin/env python\n',
  'site/celery.py': 'from celery import Celery\napp = Celery("site")\n',
  'site/settings.py': 'ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "").split(",")\n',
  'site/urls.py': 'urlpatterns = [path("healthz", health)]\n',
  'site/tests.py': 'from django.test import TestCase\n',
  'compose.yaml': `services:
  web: { build: ., ports: ["8000:8000"], environment: { DATABASE_URL: "postgres://u:p@db/x", SQL_HOST: db, SQL_ENGINE: django.db.backends.postgresql, BROKER: "redis://queue:6379/0" } }
  worker: { build: ., command: celery -A site worker }
  db: { image: "postgres:16-alpine", environment: { POSTGRES_DB: x } }
  queue: { image: "redis:7" }
`,
};

describe('init on small applications', () => {
  it('Django with a worker, PostgreSQL and Redis', () => {
    const config = initConfig(DJANGO);
    expect(config.image?.repository).toBe('ghcr.io/acme/parking');
    expect(config.deploy.migrate).toBe('python manage.py migrate --noinput');
    expect(config.deploy.processes).toMatchObject({
      web: { port: 8000, health: '/healthz' },
      worker: { command: ['celery', '-A', 'site', 'worker'] },
    });
    expect(config.deploy.env).toEqual({ ALLOWED_HOSTS: '{host}' });
    expect(config.review?.database).toEqual({ engine: 'postgres', version: '16' });
    expect(config.review?.services).toEqual({ queue: 'redis' });
    expect(config.review?.env).toEqual({
      SQL_HOST: '{database.host}',
      SQL_ENGINE: 'django.db.backends.postgresql',
      BROKER: 'redis://queue:6379/0',
    });
    expect(config.tests?.unit).toMatchObject({ run: 'python manage.py test' });
  });

  it('staging has the same Redis with its variables; for production it is a question', () => {
    const { staging, production } = initConfig(DJANGO).environments ?? {};
    expect(staging).toMatchObject({ services: { queue: 'redis' }, env: { BROKER: 'redis://queue:6379/0' } });
    // The database of staging is in a Secret.
    expect(Object.keys(staging?.env ?? {})).toEqual(['BROKER']);
    expect(production).not.toHaveProperty('services');
    expect(initText(DJANGO)).toContain('# ask: services: queue as in staging, or servers of your own');
  });

  it('the root user of MySQL is that of the environment, and the path of a mounted file is a question', () => {
    const files = {
      Dockerfile: 'FROM node:22\nCOPY . .\nEXPOSE 3000\nCMD ["node", "."]\n',
      'compose.yml': `services:
  app: { build: ., environment: { DATABASE_DB: shop, DATABASE_USER: root, DATABASE_PASSWORD: /run/secrets/db-password } }
  db: { image: "mariadb:10.6", environment: { MYSQL_DATABASE: shop, MYSQL_ROOT_PASSWORD_FILE: /run/secrets/db-password } }
`,
    };
    expect(initConfig(files).review?.env).toEqual({ DATABASE_DB: '{database.name}', DATABASE_USER: '{database.user}' });
    expect(initText(files)).toMatch(/# ask: DATABASE_PASSWORD is the path of a file \(compose\.yml:2 /);
  });

  it('names the place of each value, marks guesses, and asks for what only a person knows', () => {
    const text = initText(DJANGO);
    expect(text).toContain('port: 8000 # from Dockerfile:7 CMD ["gunicorn"');
    expect(text).toMatch(/# guess: site\/urls\.py:1 .*the route may have a prefix/);
    expect(text).toMatch(/secrets: \[parking-database\] # ask: /);
  });

  it('a Flask app whose start script migrates, with a Procfile', () => {
    const config = initConfig({
      Dockerfile: 'FROM python:slim\nCOPY . .\nENTRYPOINT ["./boot.sh"]\n',
      'boot.sh': '#!/bin/sh\nflask db upgrade\nexec gunicorn -b :5000 app:app\n',
      Procfile: 'web: gunicorn app:app\nworker: rq worker jobs\n',
      'requirements.txt': 'Flask\nFlask-Migrate\n',
    });
    expect(config.deploy.migrate).toBe('flask db upgrade');
    expect(config.deploy.processes).toEqual({ web: { port: 5000 }, worker: { command: 'rq worker jobs' } });
  });

  it('FastAPI by uv: commands have its prefix, the health check of compose has the path', () => {
    const config = initConfig({
      Dockerfile:
        'FROM python:3.13\nCOPY . .\nCMD ["uv", "run", "uvicorn", "app:app", "--host=0.0.0.0", "--port=8080"]\n',
      'pyproject.toml':
        '[project]\ndependencies = [\n  "fastapi==0.115",\n  "alembic>=1",\n]\n[dependency-groups]\ndev = ["pytest"]\n',
      'alembic.ini': '',
      'tests/test_a.py': '',
      'compose.yaml':
        'services: { api: { build: ., healthcheck: { test: curl -f http://localhost:8080/v1/health } } }\n',
    });
    expect(config.deploy).toMatchObject({ port: 8080, health: '/v1/health', migrate: 'uv run alembic upgrade head' });
    expect(config.tests?.unit).toMatchObject({ run: 'uv run pytest -q --junitxml=reports/junit.xml' });
  });

  it('Rails: the route of its health check, Sidekiq, RSpec with a report', () => {
    const config = initConfig({
      Dockerfile:
        'FROM ruby:3.4 AS base\nFROM base AS test\nCOPY . .\nFROM base\nCOPY . .\nEXPOSE 3000\nCMD ["./bin/rails", "server"]\n',
      Gemfile:
        'gem "rails"\ngem "pg"\ngem "sidekiq"\ngroup :test do\n  gem "rspec-rails"\n  gem "rspec_junit_formatter"\nend\n',
      'config/routes.rb': '  get "up" => "rails/health#show", as: :rails_health_check\n',
      'db/schema.rb': '',
      'spec/a_spec.rb': '',
    });
    expect(config.deploy.migrate).toBe('bundle exec rails db:migrate');
    expect(config.deploy.processes).toMatchObject({
      web: { port: 3000, health: '/up' },
      worker: { command: 'bundle exec sidekiq' },
    });
    expect(config.tests?.unit).toMatchObject({ target: 'test', report: 'reports/junit.xml' });
    expect(config.review?.database).toEqual({ engine: 'postgres' });
    expect(config.review?.services).toEqual({ redis: 'redis' });
  });

  it('Laravel: the health route, the scheduler as a cron, tests that the image does not have', () => {
    const files = {
      Dockerfile: 'FROM php:8.4-apache\nCOPY . .\nRUN composer install --no-dev\n',
      'composer.json': '{"require": {"laravel/framework": "^12"}, "require-dev": {"phpunit/phpunit": "^11"}}',
      'bootstrap/app.php': "health: '/up',\n",
      'routes/console.php': "Schedule::command('prune')->daily();\n",
      'database/migrations/1.php': '',
      'phpunit.xml': '',
    };
    const config = initConfig(files);
    expect(config.deploy).toMatchObject({ port: 80, health: '/up', migrate: 'php artisan migrate --force' });
    expect(config.deploy.crons).toEqual({ schedule: { schedule: '* * * * *', command: 'php artisan schedule:run' } });
    expect(config.tests).toBeUndefined();
    expect(initText(files)).toContain('# ask: Dockerfile:3 RUN composer install --no-dev leaves the test runner out');
  });

  it('Node: the command of production, MongoDB, and its address', () => {
    const config = initConfig({
      Dockerfile: 'FROM node:22\nCOPY . .\nEXPOSE 3000\n',
      'package.json': '{\n"scripts": {\n"test": "vitest"\n},\n"dependencies": {"express": "5"}}',
      'docker-compose.yml':
        'services:\n  app: { build: ., ports: ["3000:3000"], environment: ["MONGO=mongodb://mongodb:27017/x"] }\n  mongodb: { image: "mongo:7" }\n',
      'docker-compose.prod.yml': 'services: { app: { command: node server.js } }\n',
    });
    expect(config.deploy).toMatchObject({ port: 3000, command: ['node', 'server.js'] });
    expect(config.review?.services).toEqual({ mongodb: { image: 'mongo:7', port: 27017 } });
    expect(config.review?.env).toEqual({ MONGO: 'mongodb://mongodb:27017/x' });
    expect(config.tests?.unit?.run).toContain('npx vitest run');
  });

  it('Spring Boot: the actuator, tests in the stage with Maven', () => {
    const config = initConfig({
      Dockerfile:
        'FROM maven:3 AS build\nCOPY . .\nRUN mvn package\nFROM eclipse-temurin:21-jre\nCOPY --from=build /a.jar /a.jar\nCMD ["java", "-jar", "/a.jar"]\n',
      'pom.xml':
        '<artifactId>spring-boot-starter-web</artifactId>\n<artifactId>spring-boot-starter-actuator</artifactId>\n',
      'src/main/resources/application.properties': 'server.port=9000\n',
      'src/test/java/ATest.java': '',
    });
    expect(config.deploy).toMatchObject({ port: 9000, health: '/actuator/health' });
    expect(config.tests?.unit).toMatchObject({ target: 'build', run: 'mvn -B test' });
  });

  it('ASP.NET: the port of a compose file, the health check of the code', () => {
    const config = initConfig({
      Dockerfile:
        'FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build\nCOPY . .\nRUN dotnet publish\nFROM mcr.microsoft.com/dotnet/aspnet:9.0\nENTRYPOINT ["dotnet", "Web.dll"]\n',
      'Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">\n',
      'Program.cs': 'app.MapHealthChecks("/health");\n',
      'tests/UnitTests.csproj': '<Project Sdk="Microsoft.NET.Sdk">\n',
    });
    expect(config.deploy).toMatchObject({ port: 8080, health: '/health' });
    expect(config.tests?.unit).toMatchObject({
      target: 'build',
      run: expect.stringContaining('tests/UnitTests.csproj'),
    });
  });

  it('Phoenix: the release task migrates', () => {
    const config = initConfig({
      Dockerfile:
        'FROM hexpm/elixir:1.18 AS build\nCOPY . .\nRUN mix release\nFROM debian\nCOPY --from=build /app .\nCMD ["bin/shop", "start"]\n',
      'mix.exs': '  app: :shop,\n  {:phoenix, "~> 1.8"},\n  {:ecto_sql, "~> 3"},\n  {:postgrex, ">= 0.0.0"},\n',
      'lib/shop/release.ex': 'defmodule Shop.Release do\n  def migrate do\n',
      'config/runtime.exs': 'host = System.get_env("PHX_HOST")\n',
    });
    expect(config.deploy).toMatchObject({
      port: 4000,
      migrate: 'bin/shop eval Shop.Release.migrate',
      env: { PHX_HOST: '{host}' },
    });
  });

  it('Rust: port of the configuration, driver of a feature, tests in the builder', () => {
    const config = initConfig({
      Dockerfile:
        'FROM rust:1 AS builder\nCOPY . .\nRUN cargo build\nFROM debian\nCOPY --from=builder /a /a\nENTRYPOINT ["/a"]\n',
      'Cargo.toml': '[dependencies]\nactix-web = "4"\nsqlx = { features = ["postgres"] }\n',
      'configuration/base.yaml': 'application:\n  port: 8000\n',
      'src/lib.rs': '#[tokio::test]\n',
    });
    expect(config.deploy.port).toBe(8000);
    expect(config.review?.database).toEqual({ engine: 'postgres' });
    expect(config.tests?.unit).toMatchObject({ target: 'builder', run: 'cargo test' });
  });

  it('without a Dockerfile, it says so, and writes what is certain', () => {
    const text = initText({ 'requirements.txt': 'Django\n', 'manage.py': '', 'a/tests.py': '' });
    expect(text).toContain('# ask: there is no Dockerfile');
    expect(text).toContain('migrate: python manage.py migrate --noinput # from manage.py');
  });

  it('takes no message of a missing variable for a value, and no word for a host', () => {
    const config = initConfig({
      Dockerfile: 'FROM node\nCOPY . .\nCMD ["node", "."]\n',
      'compose.yml': [
        'services:',
        '  app: { build: ., environment: { APP_DB_HOST: database, APP_UPLOADS: database, APP_URL: "${URL:?err}", APP_DB_ENGINE: pg } }',
        '  database: { image: "postgres:16" }',
        '  mail: { build: { context: ., dockerfile: mail.Dockerfile }, ports: ["1080:1080"] }',
      ].join('\n'),
      Procfile: 'web: node .\nredis: redis-server\ncss: make watch\njobs: node jobs.js\n',
    });
    expect(config.review?.env).toEqual({ APP_DB_HOST: '{database.host}', APP_DB_ENGINE: 'pg' });
    expect(Object.keys(config.deploy.processes ?? {})).toEqual(['web', 'jobs']);
    expect(config.deploy.processes?.web?.port).toBe(8080);
  });

  it('says that the Dockerfile does not copy the tests', () => {
    const text = initText({
      Dockerfile: 'FROM python\nCOPY app app\nCOPY requirements.txt .\n',
      'requirements.txt': 'flask\n',
      'app/a.py': '',
      'tests.py': 'import unittest\n',
    });
    expect(text).toContain('# ask: Dockerfile does not copy tests.py. With a stage for tests');
  });

  it('asks which database, where the drivers are of several', () => {
    const text = initText({
      Dockerfile: 'FROM golang\nCOPY . .\n',
      'go.mod': 'require (\n\tgithub.com/lib/pq v1.0.0\n\tgithub.com/go-sql-driver/mysql v1.0.0\n)\n',
    });
    expect(text).toMatch(/# ask: database: postgres \(go\.mod:2 .*mysql \(go\.mod:3/);
  });
});
