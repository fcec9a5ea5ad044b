"""Publishes a project's aggregates from the lake into tables of the PostgreSQL schema `marts`."""
